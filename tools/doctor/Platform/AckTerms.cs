namespace Lifecycle.Doctor.Platform;

/// <summary>What an ack says that differs from what its session's book has.</summary>
sealed record AckTerms
{
    public bool? Resumed { get; init; }

    public long? Seq { get; init; }

    public int GraceMs { get; init; } = 6_000;

    public int HandOverMs { get; init; } = 25_000;

    public bool InitWanted { get; init; }

    public bool TakenOver { get; init; }

    /// <summary>Null: the ack of a Lifecycle of version 1, without the fields of later ones.</summary>
    public int? Version { get; init; } = WireText.Version;

    /// <summary>The set in force; null: the book's.</summary>
    public string[]? Streams { get; init; }

    /// <summary>Says what no version of the wire knows.</summary>
    public bool SaysMore { get; init; }
}
