namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator or an activity; compared without case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Makes a name of a text.</summary>
    public TaskName(string name) => Name = name;

    /// <summary>The text.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name ?? "");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether both are the same name.</summary>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <summary>The text of a name.</summary>
    public static implicit operator string(TaskName value) => value.Name;

    /// <summary>The name that a text is.</summary>
    public static implicit operator TaskName(string value) => new(value);
}
