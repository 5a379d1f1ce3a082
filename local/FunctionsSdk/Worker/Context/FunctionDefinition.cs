using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A function as it was found in the app.</summary>
public abstract class FunctionDefinition
{
    /// <summary>The assembly file that holds it.</summary>
    public abstract string PathToAssembly { get; }

    /// <summary>The full name of the method.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>Identifies the function; the same at every start of the app.</summary>
    public abstract string Id { get; }

    /// <summary>The name given by the function attribute.</summary>
    public abstract string Name { get; }

    /// <summary>The trigger and the inputs by parameter name.</summary>
    public abstract IImmutableDictionary<string, BindingMetadata> InputBindings { get; }
}
