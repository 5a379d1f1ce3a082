using Lifecycle.Entities;

namespace Lifecycle.Functions.Moves;

/// <summary>A page of what is carried over from one installation to another. Secrets in it are encrypted, and of API keys there are hashes.</summary>
sealed record CarryPage
{
    /// <summary>The form of the page; a later release may write another one.</summary>
    public const int CurrentForm = 1;

    public int Form { get; init; } = CurrentForm;

    public IReadOnlyList<CarriedApp?> Apps { get; init => field = value ?? []; } = [];

    public IReadOnlyList<CarriedSession?> Sessions { get; init => field = value ?? []; } = [];

    /// <summary>Of an export: where the next page begins; absent on the last one.</summary>
    public string? Cursor { get; init; }

    /// <summary>Of an import: until when apps move.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Says nothing of what it holds: it holds messages and what stands for secrets.</summary>
    public override string ToString() => nameof(CarryPage);
}

/// <summary>A registration that is carried over.</summary>
sealed record CarriedApp
{
    public string? PackageName { get; init; }

    public AppRegistration? Registration { get; init; }
}

/// <summary>An app session that is carried over.</summary>
sealed record CarriedSession
{
    public string? SessionId { get; init; }

    public string? PackageName { get; init; }

    public SessionCargo? Cargo { get; init; }
}

/// <summary>The answer to an import.</summary>
/// <param name="Apps">How many registrations were taken.</param>
/// <param name="Sessions">How many sessions were taken.</param>
/// <param name="Left">What was left alone, and why.</param>
sealed record ImportAnswer(int Apps, int Sessions, IReadOnlyList<LeftAlone> Left);

/// <summary>What an import left alone.</summary>
/// <param name="Name">The app, or the session as session:package.</param>
/// <param name="Reason"><c>already_here</c>, <c>attached_here</c>, <c>differs_here</c> or <c>app_not_registered</c>.</param>
sealed record LeftAlone(string Name, string Reason);
