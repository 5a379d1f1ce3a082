namespace Lifecycle.Cli;

/// <summary>What the process says at its end; the same for every command.</summary>
static class ExitCode
{
    /// <summary>It was done, or the answer is yes.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: not found, refused, failed.</summary>
    public const int No = 1;

    /// <summary>The command line is wrong; nothing was asked of anybody.</summary>
    public const int BadUsage = 2;

    /// <summary>Nobody answers where the host should be.</summary>
    public const int NotReachable = 3;

    /// <summary>Ctrl-C before it was done, as shells have it.</summary>
    public const int Interrupted = 130;
}
