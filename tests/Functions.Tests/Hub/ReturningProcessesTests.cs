using Lifecycle.Functions.Hub;
using Microsoft.Extensions.Time.Testing;

namespace Lifecycle.Functions.Tests.Hub;

public class ReturningProcessesTests
{
    readonly FakeTimeProvider time = new();

    static AttachRequest Of(string instance, long? tokenEpoch = 3, string package = "com.example.notes") =>
        new(new AppSessionId("s1", package), instance, Reconnect: true) { TokenEpoch = tokenEpoch };

    [Fact]
    public void Hear_WithAGenuineToken_RemembersTheProcessOfThatApp()
    {
        var returning = new ReturningProcesses(time);
        returning.Hear(Of("i1"));
        time.Advance(TimeSpan.FromSeconds(3));
        returning.Hear(Of("i1"));

        Assert.Equal(time.GetUtcNow(), returning.LastSeen("com.example.notes", "i1"));
        Assert.Null(returning.LastSeen("com.example.notes", "i2"));
        Assert.Null(returning.LastSeen("com.example.other", "i1"));
        Assert.Null(returning.LastSeen("com.example.notes", null));
    }

    // One that starts sessions all day comes back to none.
    [Fact]
    public void Hear_WithoutAToken_SaysNothing()
    {
        var returning = new ReturningProcesses(time);
        returning.Hear(Of("i1", tokenEpoch: null));

        Assert.Null(returning.LastSeen("com.example.notes", "i1"));
    }

    [Fact]
    public void Hear_MoreThanAreKept_ForgetsTheOldOnesOnly()
    {
        var returning = new ReturningProcesses(time);
        for (var n = 0; n < ReturningProcesses.Most; n++)
        {
            returning.Hear(Of($"i{n}"));
        }

        returning.Hear(Of("late"));
        Assert.Null(returning.LastSeen("com.example.notes", "late"));
        returning.Hear(Of("i7"));
        Assert.NotNull(returning.LastSeen("com.example.notes", "i7"));

        time.Advance(ReturningProcesses.Kept + TimeSpan.FromSeconds(1));
        returning.Hear(Of("late"));
        Assert.NotNull(returning.LastSeen("com.example.notes", "late"));
        Assert.Null(returning.LastSeen("com.example.notes", "i7"));
    }
}
