using System.CommandLine;

namespace Lifecycle.Cli.Commands;

/// <summary>All commands.</summary>
static class CommandTree
{
    /// <summary>The name that is typed.</summary>
    public const string Name = "lifecycle";

    /// <summary>No file is read for an argument that begins with @, and each option is written out.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    public static RootCommand Make(CliWorld world)
    {
        var root = new RootCommand("Ask Lifecycle and see it: a host to develop with, the fleet, and why an app session is as it is.");
        foreach (var command in All())
        {
            command.RunIn(world);
            root.Subcommands.Add(command);
        }
        ExamplesHelp.AddTo(root);
        return root;
    }

    static IReadOnlyList<CliCommand> All() =>
    [
        new DevCommand(), new RegisterCommand(),
        new AppsCommand(), new SessionsCommand(), new ShowCommand(), new ExplainCommand(), new WhatIfCommand(), new TailCommand(),
        new SessionActionCommand("start", "Asks that an app be started in a session."),
        new SessionActionCommand("stop", "Asks that an app be stopped in a session."),
        new SessionActionCommand("revive", "Asks that an evicted app session be tried again."),
        new BulkCommand(),
        new PresenceCommand("away", "Says that a user is away: what is lost from now on is not restarted."),
        new PresenceCommand("back", "Says that a user is back: what was lost meanwhile is restarted now."),
        new SendCommand(), new TriggerCommand(), new ListenCommand(), new DoctorCommand(), new CompletionCommand(),
    ];
}
