using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Verdicts;

/// <summary>What one session went through from the fault on, read from the trail that Lifecycle keeps.</summary>
sealed class Course
{
    readonly IReadOnlyList<Step> steps;

    Course(SessionStatus status, string before, IReadOnlyList<Step> steps) => (Status, Before, this.steps) = (status, before, steps);

    public SessionStatus Status { get; }

    /// <summary>The state in which the fault found it.</summary>
    public string Before { get; }

    /// <summary>From losing the app (the last time) to having it back; null when one of the two was not seen.</summary>
    public TimeSpan? Recovery => BackAt - steps.LastOrDefault(step => step.State == States.GracePeriod)?.At;

    /// <summary>When it was RUNNING again; null when it is not.</summary>
    public DateTimeOffset? BackAt => steps.LastOrDefault() is { State: States.Running } back ? back.At : null;

    /// <summary>The states in order, the first one included; RESURRECTING and BACKOFF in turns are one leg.</summary>
    public string Path
    {
        get
        {
            var legs = new List<string> { Before };
            foreach (var state in steps.Select(step => step.State))
            {
                var retried = state is States.Resurrecting or States.Backoff && legs[^1].StartsWith(States.Resurrecting, StringComparison.Ordinal);
                if (retried) legs[^1] = $"{States.Resurrecting} ⇄ {States.Backoff}";
                else legs.Add(state);
            }
            return string.Join(" → ", legs);
        }
    }

    public static Course Of(SessionStatus status, DateTimeOffset fault)
    {
        var after = status.Trail.SkipWhile(step => step.At < fault).ToList();
        var before = status.Trail.LastOrDefault(step => step.At < fault)?.State ?? "?";
        return new Course(status, before, after);
    }

    /// <summary>The first step into a state after the fault.</summary>
    public Step? First(string state) => steps.FirstOrDefault(step => step.State == state);

    public bool Passed(params ReadOnlySpan<string> states)
    {
        var next = 0;
        foreach (var step in steps)
        {
            if (next < states.Length && step.State == states[next]) next++;
        }
        return next == states.Length;
    }

    /// <summary>The session and the way it took, for a failed check.</summary>
    public override string ToString() => $"{Status.SessionId}: {Path}";
}
