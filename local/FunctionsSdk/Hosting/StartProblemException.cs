namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>Something the person who starts the host can put right. Its message names the thing and the remedy, in one line per problem.</summary>
sealed class StartProblemException(IReadOnlyList<string> problems, Exception? cause = null)
    : Exception(string.Join(Environment.NewLine, problems), cause)
{
    public StartProblemException(string problem, Exception? cause = null)
        : this([problem], cause)
    {
    }

    public IReadOnlyList<string> Problems { get; } = problems;
}
