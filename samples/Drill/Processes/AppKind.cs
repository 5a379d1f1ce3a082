namespace Lifecycle.Samples.Drill.Processes;

/// <summary>Which SDK an app server is made with.</summary>
enum AppKind
{
    /// <summary>sdk/dotnet, in this program.</summary>
    Dotnet,

    /// <summary>sdk/javascript, in samples/Drill/js.</summary>
    Node,
}
