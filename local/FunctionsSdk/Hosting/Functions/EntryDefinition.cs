using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Functions;

/// <summary>How middleware sees a function.</summary>
sealed class EntryDefinition : FunctionDefinition
{
    public EntryDefinition(FunctionEntry entry)
    {
        Name = entry.Name;
        EntryPoint = $"{entry.Method.DeclaringType!.FullName}.{entry.Method.Name}";
        PathToAssembly = entry.Method.Module.FullyQualifiedName;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EntryPoint)).AsSpan(0, 8));
        InputBindings = entry.Method.GetParameters()
            .Select(p => (p.Name, Attribute: p.GetCustomAttributes(typeof(BindingAttribute), true).FirstOrDefault()))
            .Where(p => p.Attribute is not null)
            .ToImmutableDictionary(p => p.Name!, p => (BindingMetadata)new InputMetadata(p.Name!, TypeName(p.Attribute!)));
    }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    // HttpTriggerAttribute is the binding 'httpTrigger' and so on.
    static string TypeName(object attribute)
    {
        var name = attribute.GetType().Name[..^"Attribute".Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    sealed class InputMetadata(string name, string type) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}
