using System.Reflection;

namespace Lifecycle.FunctionsSdk.Tests.Surface;

/// <summary>Writes types as the listings do: C# keywords, no namespaces, question marks for nullable ones.</summary>
static class TypeNames
{
    static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Bare(Type type) => type.Name.Split('`')[0];

    /// <summary>Without nullability of references.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return Of(type.GetElementType()!) + Rank(type);
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Of(inner) + "?";
        return s_keywords.TryGetValue(type, out var keyword) ? keyword : Declared(type);
    }

    /// <summary>As in the type's own declaration: with its outer types and its own parameters.</summary>
    public static string Declared(Type type)
    {
        var arguments = type.GetGenericArguments();
        var outer = type.DeclaringType;
        var inherited = type.IsNested ? outer!.GetGenericArguments().Length : 0;
        var name = Bare(type) + Arguments(arguments[inherited..]);
        if (!type.IsNested)
            return name;
        return $"{(inherited > 0 ? Bare(outer!) + Arguments(arguments[..inherited]) : Declared(outer!))}.{name}";
    }

    /// <summary>With nullability of references, as a parameter (written) or as a result (read).</summary>
    public static string Of(Type type, NullabilityInfo info, bool written)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, info, written);
        var mark = !type.IsValueType && (written ? info.WriteState : info.ReadState) == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
            return Of(type.GetElementType()!, info.ElementType ?? info, written) + Rank(type) + mark;
        var arguments = type.GetGenericArguments();
        if (type.IsGenericType && Nullable.GetUnderlyingType(type) is null && !type.IsNested && arguments.Length == info.GenericTypeArguments.Length)
            return $"{Bare(type)}<{string.Join(", ", arguments.Zip(info.GenericTypeArguments, (a, i) => Of(a, i, written)))}>{mark}";
        return Of(type) + mark;
    }

    static string Rank(Type array) => $"[{new string(',', array.GetArrayRank() - 1)}]";

    static string Arguments(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Of))}>";
}
