using Lifecycle.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Functions.Tests.Settings;

public sealed class TelemetrySettingTests
{
    const string Connection = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/";

    static TelemetrySetting Read(params (string Name, string Value)[] values) => TelemetrySetting.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Name, v => (string?)v.Value)).Build());

    [Fact]
    public void Read_OfNothing_SendsNothing() => Assert.Equal(new TelemetrySetting(null, false, null, false), Read());

    [Theory]
    [InlineData("Authorization=AAD", null)]
    [InlineData("ClientId=11111111-0000-0000-0000-000000000001;Authorization=AAD", "11111111-0000-0000-0000-000000000001")]
    public void Read_OfAnIdentity_TakesItsClientId(string authentication, string? client) =>
        Assert.Equal(
            new TelemetrySetting(Connection, true, client, true),
            Read(
                ("APPLICATIONINSIGHTS_CONNECTION_STRING", Connection),
                ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", authentication),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317")));

    [Theory]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "abc", "InstrumentationKey=<guid>")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=abc", "InstrumentationKey=<guid>")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ClientId=1", "Authorization=AAD")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "http://localhost:4317")]
    public void Read_OfAWrongValue_NamesTheSettingAndWhatItShouldBe(string name, string value, string expected)
    {
        var e = Assert.Throws<SettingException>(() => Read((name, value)));
        Assert.Contains(name, e.Message);
        Assert.Contains(expected, e.Message);
    }
}
