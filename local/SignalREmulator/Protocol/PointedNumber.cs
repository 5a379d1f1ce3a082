using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lifecycle.Local.SignalR;

/// <summary>Writes a number that could have a fraction as Newtonsoft.Json does: always with a point or an exponent, 12 as <c>12.0</c>.</summary>
/// <typeparam name="T">Its type.</typeparam>
sealed class PointedNumber<T> : JsonConverter<T>
    where T : INumber<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Arguments are written only.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var text = value.ToString(null, CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().IndexOfAny(".eE") < 0 && T.IsFinite(value) ? text + ".0" : text);
    }
}
