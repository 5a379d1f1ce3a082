using Lifecycle.Local.SignalR;

namespace Lifecycle.SignalREmulator.Tests.Core;

/// <summary>Numbers in arguments look as the management library writes them, which serializes by Newtonsoft.Json.</summary>
public class PointedNumberTests
{
    public static TheoryData<object, string> Numbers => new()
    {
        { 12, "12" },
        { 12345678901234567890UL, "12345678901234567890" },
        { 12m, "12.0" },
        { 12.50m, "12.50" },
        { 12d, "12.0" },
        { 1.5f, "1.5" },
        { 1e300, "1E+300" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void FromObjects_ANumber_IsWrittenAsNewtonsoftDoes(object number, string expected) =>
        Assert.Equal(expected, HubInvocation.FromObjects("m", [number]).Arguments[0].GetRawText());
}
