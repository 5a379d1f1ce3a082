namespace Microsoft.DurableTask;

/// <summary>The version of an orchestrator or an activity; compared without case. None is the empty text.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>No version.</summary>
    public static readonly TaskVersion Unversioned;

    readonly string? version;

    /// <summary>Makes a version of a text; null and empty are none, and blanks alone are refused.</summary>
    public TaskVersion(string? version)
    {
        if (!string.IsNullOrEmpty(version))
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(version);
        }

        this.version = version;
    }

    /// <summary>The text; empty for none.</summary>
    public string Version => version ?? "";

    /// <inheritdoc/>
    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);

    /// <summary>Whether both are the same version.</summary>
    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    /// <summary>The text of a version.</summary>
    public static implicit operator string(TaskVersion value) => value.Version;

    /// <summary>The version that a text is.</summary>
    public static implicit operator TaskVersion(string? value) => new(value);
}
