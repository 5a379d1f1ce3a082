using Microsoft.DurableTask.Entities;

namespace Lifecycle.Entities;

/// <summary>The input of <see cref="ConsoleWatchEntity.Look"/>.</summary>
/// <param name="Until">Until when somebody looks on, UTC.</param>
public sealed record WatchSeen(DateTimeOffset Until);

/// <summary>
/// Tells the processes that carry out sessions' operations that somebody looks on: an operation on it is carried out where its partition is, as
/// theirs are. Keeps no state. On Azure Storage each of the <see cref="Keys"/> keys is in a partition of its own (FNV-1a of
/// <c>@consolewatch@0</c> to <c>7</c>, modulo host.json's 8), so every instance that has a partition hears within a hop; on other backends
/// operations go to any instance, and most hear at once. One that does not, or joins later, hears of a later one, or when a page negotiates with it.
/// </summary>
public sealed class ConsoleWatchEntity(ITransitionFeed feed) : TaskEntity<string?>
{
    /// <summary>The entity's name; the runtime lower-cases it.</summary>
    public const string Name = "ConsoleWatch";

    /// <summary>How many there are, with the keys 0, 1, …</summary>
    public const int Keys = 8;

    /// <summary>One of them.</summary>
    public static EntityInstanceId IdOf(int number) => new(Name, $"{number}");

    /// <inheritdoc/>
    protected override string? InitializeState(TaskEntityOperation entityOperation) => null;

    /// <summary>Somebody looks on.</summary>
    public void Look(WatchSeen input) => feed.WatchUntil(input.Until);
}
