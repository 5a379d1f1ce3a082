using System.Globalization;

namespace Lifecycle.Scenarios.Http;

/// <summary>What a step asks of a deployment.</summary>
enum StepNeed
{
    /// <summary>What every platform and app server can do.</summary>
    Nothing,

    /// <summary>The REST API of the SignalR service.</summary>
    SignalRApi,

    /// <summary>Faults of this repository's SignalR emulator.</summary>
    EmulatorFaults,

    /// <summary>The inside of the host, which nobody has from outside.</summary>
    Inside,
}

/// <summary>Whether a scenario can be played in real time against a host that is already there.</summary>
static class Playable
{
    public const int MostSessions = 500;

    /// <summary>Longer ones are played when they are named.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Longer ones are for virtual time.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(1);

    /// <summary>Why a scenario cannot be played, in one line; null when it can.</summary>
    public static string? WhyNot(Scenario scenario, HttpArguments arguments)
    {
        var sessions = scenario.Apps.Sum(app => app.Sessions);
        var lasts = TimeSpan.FromMilliseconds(scenario.UntilMs);
        return Of(scenario) switch
        {
            { Need: StepNeed.Inside } inside => $"it does {inside.Step}, which needs the inside of the host",
            _ when sessions > MostSessions => string.Create(CultureInfo.InvariantCulture, $"it has {sessions} sessions, and more than {MostSessions} are for virtual time"),
            _ when lasts > Longest => string.Create(CultureInfo.InvariantCulture, $"it lasts {lasts.TotalHours:0.#} hours, which are for virtual time"),
            { Need: StepNeed.EmulatorFaults } faults when arguments.Faults is null => $"it does {faults.Step}, a fault of the SignalR emulator: name it by --signalr-faults",
            { Need: StepNeed.SignalRApi } api when arguments.SignalR is null => $"it does {api.Step}, which needs the SignalR service and its key: name it by --signalr",
            _ when lasts > Long && !arguments.Names.Contains(scenario.Name) => string.Create(CultureInfo.InvariantCulture, $"it lasts {lasts.TotalMinutes:0.#} minutes: name it to play it"),
            _ => null,
        };
    }

    /// <summary>The most that any step needs, and that step.</summary>
    public static (StepNeed Need, string Step) Of(Scenario scenario) =>
        scenario.Steps.Select(step => (Need: Of(step.Do), Step: NameOf(step.Do)))
            .Concat(Looks(scenario.Expect))
            .DefaultIfEmpty((Need: StepNeed.Nothing, Step: ""))
            .MaxBy(step => step.Need);

    // A kind of step that is new here is one of the inside until somebody says how it is done from outside.
    static StepNeed Of(StepKind kind) => kind switch
    {
        StepKind.Start or StepKind.Stop or StepKind.ReviveAll or StepKind.Release or StepKind.Post => StepNeed.Nothing,
        StepKind.DropSockets or StepKind.KillApp or StepKind.BootApp or StepKind.BreakApp or StepKind.MendApp or StepKind.AppAnswers => StepNeed.Nothing,
        StepKind.ReplacePod or StepKind.BootBeside or StepKind.DeafApp or StepKind.Chatter or StepKind.Move => StepNeed.Nothing,
        StepKind.Publish or StepKind.ForgetGroups => StepNeed.SignalRApi,
        StepKind.EndpointsDown or StepKind.LoseEvents or StepKind.DelayEvents or StepKind.DoubleEvents => StepNeed.EmulatorFaults,
        _ => StepNeed.Inside,
    };

    // Whether both sides agree is looked at with a publication after each ack.
    static IEnumerable<(StepNeed Need, string Step)> Looks(Expectations expect) =>
        expect.Disagreements is null ? [] : [(StepNeed.SignalRApi, NameOf(StepKind.Publish))];

    static string NameOf(StepKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
