namespace Lifecycle.Local.SignalR;

/// <summary>What a message is addressed to.</summary>
public enum SendTargetKind
{
    /// <summary>Every connection of the hub.</summary>
    All,

    /// <summary>Every connection of one user.</summary>
    User,

    /// <summary>Every connection in one group, by itself or by its user.</summary>
    Group,

    /// <summary>One connection.</summary>
    Connection
}

/// <summary>Whom a message, or a close, goes to.</summary>
/// <param name="Kind">What <paramref name="Name"/> names.</param>
/// <param name="Name">User, group or connection id; empty for all.</param>
/// <param name="Excluded">Connection ids left out; null for none.</param>
public sealed record SendTarget(SendTargetKind Kind, string Name, IReadOnlyList<string>? Excluded = null)
{
    /// <summary>Every connection of the hub.</summary>
    public static SendTarget All { get; } = new(SendTargetKind.All, "");

    /// <summary>Every connection of the hub but these.</summary>
    public static SendTarget AllExcept(IReadOnlyList<string> excluded) => new(SendTargetKind.All, "", excluded);

    /// <summary>Every connection of a user.</summary>
    public static SendTarget User(string user) => new(SendTargetKind.User, user);

    /// <summary>Every connection in a group.</summary>
    public static SendTarget Group(string group, IReadOnlyList<string>? excluded = null) => new(SendTargetKind.Group, group, excluded);

    /// <summary>One connection.</summary>
    public static SendTarget Connection(string id) => new(SendTargetKind.Connection, id);
}
