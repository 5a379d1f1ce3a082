namespace Lifecycle.Samples.Drill.Processes;

/// <summary>What a process of a package is: mostly an app server, made with one of the SDKs.</summary>
enum AppKind
{
    /// <summary>sdk/dotnet, in this program.</summary>
    Dotnet,

    /// <summary>sdk/javascript, in samples/Drill/js.</summary>
    Node,

    /// <summary>No app server, but what stands in front of several of one package: App/BalancerProgram.cs.</summary>
    Balancer,

    /// <summary>No app server, but what starts one whenever a webhook comes: App/SupervisorProgram.cs.</summary>
    Supervisor,
}
