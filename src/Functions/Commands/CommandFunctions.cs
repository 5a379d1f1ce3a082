using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Commands;

/// <summary>What the platform asks by the queue <c>lifecycle-commands</c>, for callers that must not wait for an answer.</summary>
public sealed class CommandFunctions(SessionCommands commands)
{
    /// <summary>The queue's name.</summary>
    public const string Queue = "lifecycle-commands";

    /// <summary>Carries out one command. One that cannot be is tried again and ends in <c>lifecycle-commands-poison</c>.</summary>
    [Function("LifecycleCommands")]
    public Task Run(
        [QueueTrigger(Queue)] string message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var command = Command.Parse(message);
        return command.Type switch
        {
            CommandType.Start => commands.StartAsync(client, command.Id, command.Foreground, cancellation),
            CommandType.Stop => commands.StopAsync(client, command.Id, command.Reason, cancellation),
            CommandType.Revive => commands.ReviveAsync(client, command.Id, cancellation),
            _ => throw new UnreachableException($"A parsed command is of type {command.Type}."),
        };
    }
}
