using System.CommandLine;
using System.Text.Json.Nodes;
using Lifecycle.Cli.Api;
using Lifecycle.Cli.Display;
using Spectre.Console;

namespace Lifecycle.Cli.Commands;

/// <summary><c>lifecycle what-if</c>.</summary>
sealed class WhatIfCommand : ApiCommand
{
    readonly Argument<string> session = new("SESSION") { Description = "The user session." };
    readonly Argument<string> package = new("PACKAGE") { Description = "The app." };
    readonly PolicyOption policy = new(required: true);

    public WhatIfCommand()
        : base(
            "what-if", "Plays the remembered decisions of an app session again under another policy, and says what would have happened instead.",
            "as POST /api/sessions/{sessionId}/apps/{packageName}/what-if answers", "lifecycle what-if s1 com.example.notes --set reconnectGraceMs=10000 --set backoffBaseMs=500")
    {
        Arguments.Add(session);
        Arguments.Add(package);
        Options.Add(policy);
    }

    protected override async Task<int> AskAsync(CliRun run, ApiClient api, Clock clock)
    {
        var path = $"{ApiPath.AppSession(Identifier("SESSION", run.Get(session)), Identifier("PACKAGE", run.Get(package)))}/what-if";
        var answer = await api.PostAsync(path, new JsonObject { ["policy"] = policy.Read(run) }, run.Cancellation);
        if (run.Json) run.Screen.Json(answer.Text);
        else Show(run.Screen, clock, answer.Read<WhatIfAnswer>());
        return ExitCode.Done;
    }

    static void Show(Screen screen, Clock clock, WhatIfAnswer answer)
    {
        screen.Say(answer.Sentence);
        screen.Blank();
        screen.Facts(("they part at", answer.PartsAt is { } at ? $"{clock.Exact(at)} {clock.Zone}" : "nowhere"), ("webhooks", $"{answer.Webhooks.Actual} as it was, {answer.Webhooks.Instead} instead"));
        var table = screen.Table("Course", $"At ({clock.Zone})", "State", "Reason", "Upon");
        Add("as it was", answer.Actual);
        Add("instead", answer.Instead);
        screen.Show(table);
        if (answer.Assumptions.Count > 0) screen.Say("Assumed:");
        foreach (var assumption in answer.Assumptions) screen.Say($"  - {assumption}");

        void Add(string course, IReadOnlyList<CourseShape> steps)
        {
            foreach (var step in steps) table.AddRow(Screen.Cell(course), Screen.Cell(clock.Exact(step.At)), StateStyle.Cell(step.State), Screen.Cell(step.Reason), Screen.Cell(step.Event));
        }
    }
}
