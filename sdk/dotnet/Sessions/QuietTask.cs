using System.Runtime.CompilerServices;

namespace Lifecycle.Sdk.Sessions;

/// <summary>Waiting for a task whose end matters, and not how it ended.</summary>
static class QuietTask
{
    /// <summary>Throws nothing; whoever wants to know looks at the task, or at the clock.</summary>
    public static ConfiguredTaskAwaitable Quietly(this Task task) =>
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
