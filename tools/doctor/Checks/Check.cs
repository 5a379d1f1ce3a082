using Lifecycle.Doctor.Running;

namespace Lifecycle.Doctor;

/// <summary>What a check needs of the app or of whoever calls the doctor.</summary>
[Flags]
enum Needs
{
    None = 0,

    /// <summary>An app that attaches at all.</summary>
    Attach = 1,

    /// <summary>The app speaks the doctor contract (docs/doctor.md).</summary>
    Contract = 2,

    /// <summary>The app speaks version 2 of the wire.</summary>
    Version2 = 4,

    /// <summary>A second secret, the older one of two.</summary>
    SecondSecret = 8,

    /// <summary>The app's process can be told to leave.</summary>
    Leaver = 16,
}

/// <summary>When a check is played.</summary>
enum Stage
{
    /// <summary>First and alone: the others need to know what it finds.</summary>
    First,

    /// <summary>Beside the others.</summary>
    Beside,

    /// <summary>While the app's process leaves.</summary>
    Leaving,

    /// <summary>Last: it judges all that was seen.</summary>
    Last,
}

/// <summary>One thing that is looked at.</summary>
/// <param name="Id">Names it, for all time: lower case with hyphens; its group comes first.</param>
/// <param name="Level">How much it weighs.</param>
/// <param name="Title">What is expected, in a sentence.</param>
/// <param name="Rule">Where the wire says so.</param>
public sealed record Check(string Id, CheckLevel Level, string Title, Rule Rule)
{
    /// <summary>The group that it is in.</summary>
    public string Group => Id[..Id.IndexOf('-')];

    internal Needs Needs { get; init; } = Needs.Attach;

    internal Stage Stage { get; init; } = Stage.Beside;

    /// <summary>The longest begin first, so that all end soon.</summary>
    internal int Seconds { get; init; } = 3;

    internal Func<Scene, Task> PlayAsync { get; init; } = _ => Task.CompletedTask;

    internal static Check Must(string id, string title, Rule rule, Func<Scene, Task> play) =>
        new(id, CheckLevel.Must, title, rule) { PlayAsync = play };

    internal static Check Should(string id, string title, Rule rule, Func<Scene, Task> play) =>
        new(id, CheckLevel.Should, title, rule) { PlayAsync = play };

    internal Check With(Needs needs) => this with { Needs = Needs | needs };

    internal Check Taking(int seconds) => this with { Seconds = seconds };

    internal Check In(Stage stage) => this with { Stage = stage };
}
