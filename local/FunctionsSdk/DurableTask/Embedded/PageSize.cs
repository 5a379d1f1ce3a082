using Microsoft.DurableTask.Client;

namespace Lifecycle.Local.FunctionsSdk.DurableTask;

/// <summary>How many results come on a page.</summary>
static class PageSize
{
    /// <summary>What was asked for; the default when nothing was, or nothing sensible: pages of none would never end.</summary>
    public static int Of(int? asked) => asked is > 0 ? asked.Value : OrchestrationQuery.DefaultPageSize;
}
