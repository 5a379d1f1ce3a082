namespace Lifecycle.Samples.Drill.Display;

/// <summary>For logs: a line per event with the time since the start, and nothing that moves.</summary>
sealed class PlainBoard(TextWriter output, TimeProvider time) : IBoard
{
    readonly Lock gate = new();
    readonly long start = time.GetTimestamp();

    public SceneRow Add(string title) => new(title, Write);

    public Task ShowAsync(Func<Task> work) => work();

    void Write(SceneRow row)
    {
        lock (gate) output.WriteLine($"{time.GetElapsedTime(start).TotalSeconds,6:0.0} s  {row.Title,-32}  {row.Now}");
    }
}
