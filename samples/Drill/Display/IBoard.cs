namespace Lifecycle.Samples.Drill.Display;

/// <summary>Shows the drill while it runs.</summary>
interface IBoard
{
    /// <summary>Adds a line.</summary>
    SceneRow Add(string title);

    /// <summary>Shows the lines for as long as the work takes.</summary>
    Task ShowAsync(Func<Task> work);
}
