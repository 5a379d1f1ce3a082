using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lifecycle.Doctor;

/// <summary>The report for programs; docs/doctor/report.schema.json is its schema.</summary>
public static class JsonReport
{
    /// <summary>How it is written: camelCase, indented.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The report as JSON.</summary>
    public static string Write(DoctorReport report) => JsonSerializer.Serialize(report, Options);
}
