namespace Lifecycle;

/// <summary>The versions of the wire between app servers and Lifecycle (docs/wire.md). Whoever says none speaks version 1.</summary>
public static class Wire
{
    /// <summary>The version that this server speaks.</summary>
    public const int Version = 2;

    /// <summary>From this version on clients tell what was handled, can hand over, take over and move.</summary>
    public const int TellsFrom = 2;
}
