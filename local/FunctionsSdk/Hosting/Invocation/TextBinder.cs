using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Invocation;

/// <summary>
/// Turns binding data into parameter values by the rules of the official worker, where all of it arrives as text: strings as they
/// are, everything else as JSON. So a <c>string</c> or <c>object</c> parameter gets an object's JSON, and a <c>JsonElement</c> parameter
/// refuses a plain string.
/// </summary>
static class TextBinder
{
    /// <exception cref="FunctionInputConverterException">The text does not fit the parameter's type, or there is none and the parameter needs one.</exception>
    public static object? Convert(ParameterInfo parameter, string? text, IServiceProvider services)
    {
        if (text is null)
            return Missing(parameter);
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type == typeof(string) || type == typeof(object))
            return text;
        try
        {
            if (type == typeof(Guid))
                return Guid.Parse(text);
            if (type == typeof(DateTimeOffset))
                return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            if (type == typeof(DateTime))
                return DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
            return JsonSerializer.Deserialize(text, type, services.GetRequiredService<IOptions<JsonSerializerOptions>>().Value);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            throw new FunctionInputConverterException(
                $"Cannot convert input parameter '{parameter.Name}' to type '{parameter.ParameterType.FullName}': {e.Message}", e);
        }
    }

    /// <summary>What a parameter gets when there is no data for it: its default, or null.</summary>
    public static object? Missing(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue)
            return parameter.DefaultValue;
        if (!parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null)
            return null;
        throw new FunctionInputConverterException(
            $"Could not populate the value for '{parameter.Name}' parameter. Consider adding a default value or making the parameter nullable.");
    }
}
