using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lifecycle.FunctionsSdk.Tests.Surface;

/// <summary>
/// The public surface of an assembly, a line per type and per public or protected member, in the format of the official listings
/// without what the comparison ignores: attributes, and the modifiers virtual, abstract and override.
/// </summary>
sealed class PublicSurface
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    readonly NullabilityInfoContext _nullability = new();

    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        var surface = new PublicSurface();
        return [.. assembly.GetTypes().Where(IsVisible).OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(surface.Lines)];
    }

    static bool IsVisible(Type type) => type.IsNested
        ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
        : type.IsPublic;

    IEnumerable<string> Lines(Type type)
    {
        var name = $"{type.Namespace}.{TypeNames.Declared(type)}";
        var isDelegate = type.BaseType == typeof(MulticastDelegate);
        yield return $"{name} | T | {(type.IsNestedFamily || type.IsNestedFamORAssem ? "protected" : "public")} {(isDelegate ? Delegate(type) : Header(type))}";
        if (isDelegate)
            yield break;
        var members = type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"F | {f.Name} = {f.GetRawConstantValue()}")
            : Members(type).Order(StringComparer.Ordinal);
        foreach (var member in members)
            yield return $"{name} | {member}";
    }

    string Delegate(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return $"{Result(invoke)} {TypeNames.Declared(type)}({Parameters(invoke)})";
    }

    static string Header(Type type)
    {
        var isRecord = type.IsClass && type.GetMethod("<Clone>$", Declared) is not null;
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => (type.IsSealed ? "sealed " : "") + (isRecord ? "record" : "class"),
        };
        var bases = Bases(type).ToArray();
        return $"{kind} {TypeNames.Declared(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}{Constraints(type.GetGenericArguments())}";
    }

    static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            return [TypeNames.Of(type.GetEnumUnderlyingType())];
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var implied = type.GetInterfaces().SelectMany(i => i.GetInterfaces());
        var own = type.GetInterfaces().Except(inherited).Except(implied).Select(TypeNames.Of).Order(StringComparer.Ordinal);
        return type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) ? own.Prepend(TypeNames.Of(parent)) : own;
    }

    IEnumerable<string> Members(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared))
            if (!constructor.IsStatic && IsVisible(constructor))
                yield return $"C | {Access(constructor)} {TypeNames.Bare(type)}({Parameters(constructor)})";
        foreach (var method in type.GetMethods(Declared))
            if (IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.Name[0] != '<')
                yield return $"M | {Method(method)}";
        foreach (var property in type.GetProperties(Declared))
            if (property.GetAccessors(true).Any(IsVisible))
                yield return $"P | {Property(property)}";
        foreach (var field in type.GetFields(Declared))
            if (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                yield return $"F | {Field(field)}";
        foreach (var @event in type.GetEvents(Declared))
            if (@event.AddMethod is { } add && IsVisible(add))
                yield return $"E | {Access(add)} {Modifiers(add)}event {TypeNames.Of(@event.EventHandlerType!)} {@event.Name}";
    }

    string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        var parameters = (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Parameters(method);
        return $"{Access(method)} {Modifiers(method)}{Result(method)} {method.Name}"
            + $"{(generic.Length > 0 ? $"<{string.Join(", ", generic.Select(g => g.Name))}>" : "")}({parameters}){Constraints(generic)}";
    }

    string Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } g && IsVisible(g) ? g : null;
        var set = property.SetMethod is { } s && IsVisible(s) ? s : null;
        var main = get ?? set!;
        var index = property.GetIndexParameters() is { Length: > 0 } by
            ? $"[{string.Join(", ", by.Select(p => $"{TypeNames.Of(p.ParameterType)} {p.Name}"))}]"
            : "";
        var init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init" : "set";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var type = TypeNames.Of(property.PropertyType, _nullability.Create(property), get is null);
        return $"{Access(main)} {Modifiers(main)}{required}{type} {property.Name}{index} {{ {Accessor(get, main, "get")}{Accessor(set, main, init)}}}";
    }

    static string Accessor(MethodInfo? accessor, MethodInfo main, string word) =>
        accessor is null ? "" : Access(accessor) == Access(main) ? $"{word}; " : $"{Access(accessor)} {word}; ";

    string Field(FieldInfo field)
    {
        var modifiers = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        var type = TypeNames.Of(field.FieldType, _nullability.Create(field), false);
        return $"{(field.IsPublic ? "public" : "protected")} {modifiers}{type} {field.Name}{(field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "")}";
    }

    string Result(MethodInfo method) => TypeNames.Of(method.ReturnType, _nullability.Create(method.ReturnParameter), false);

    string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
    {
        var way = p.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : p.IsOut ? "out "
            : p.ParameterType.IsByRef ? p.IsDefined(typeof(IsReadOnlyAttribute)) ? "in " : "ref "
            : "";
        return $"{way}{TypeNames.Of(p.ParameterType, _nullability.Create(p), true)} {p.Name}{(p.HasDefaultValue ? " = " + Default(p) : "")}";
    }));

    static string Default(ParameterInfo parameter) => parameter.RawDefaultValue is { } value ? Literal(value)
        : parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default"
        : "null";

    static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        char character => $"'{character}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static string Constraints(Type[] parameters) => string.Concat(parameters.Where(p => p.IsGenericParameter).Select(p =>
    {
        var attributes = p.GenericParameterAttributes;
        var all = new List<string>();
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (isStruct)
            all.Add("struct");
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            all.Add("class");
        all.AddRange(p.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(TypeNames.Of));
        if (!isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            all.Add("new()");
        return all.Count == 0 ? "" : $" where {p.Name} : {string.Join(", ", all)}";
    }));

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static string Access(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamilyOrAssembly ? "protected internal" : "protected";

    static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
            return "static ";
        if (method.DeclaringType!.IsInterface)
            return method.IsAbstract ? "" : "default ";
        var isOverride = method.IsVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot);
        return isOverride && method.IsFinal ? "sealed " : "";
    }
}
