using System.CommandLine;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle bulk</c>.</summary>
sealed class BulkCommand : ApiCommand
{
    readonly Argument<string> id = new("ID") { Description = "The bulk action, as --all-matching named it." };
    readonly Option<bool> stop = new("--stop") { Description = "End it: who was told stays told, and nobody else is." };

    public BulkCommand()
        : base("bulk", "Shows how far a bulk action is, or ends it.", "as GET /api/bulk/{bulkId} answers", "lifecycle bulk 0123456789abcdef", "lifecycle bulk 0123456789abcdef --stop")
    {
        Arguments.Add(id);
        Options.Add(stop);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var path = $"bulk/{Identifier("ID", run.Get(id))}";
        var answer = await api.SendAsync(run.Get(stop) ? HttpMethod.Delete : HttpMethod.Get, path, null, run.Cancellation);
        return BulkProgressView.End(run, answer, answer.Read<BulkProgress>());
    }
}
