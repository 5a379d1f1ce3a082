namespace Lifecycle.Tests.Fleet;

public sealed class SessionFilterTests
{
    static readonly SessionBrief brief = new() { Id = new("user-7", "com.example.notes"), State = AppState.Backoff, Since = Walk.Start, Blame = Blame.App };

    static NameFilter Name(string text) => NameFilter.TryParse(text, out var filter) ? filter : throw new ArgumentException(text);

    [Theory]
    [InlineData("user-7", true)]
    [InlineData("user-*", true)]
    [InlineData("u*", true)]
    [InlineData("user-7*", true)]
    [InlineData("user", false)]
    [InlineData("User-7", false)]
    [InlineData("user-70*", false)]
    public void Matches_OfANameOrABeginning_IsExact(string text, bool matches) => Assert.Equal(matches, Name(text).Matches("user-7"));

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a*b")]
    [InlineData("a**")]
    [InlineData("..")]
    [InlineData("a:b*")]
    [InlineData("ü*")]
    public void TryParse_OfWhatIsNoBeginning_IsRefused(string? text) => Assert.False(NameFilter.TryParse(text, out _));

    [Fact]
    public void Matches_OfSeveralParts_NeedsAllOfThem()
    {
        var filter = new SessionFilter { States = [AppState.Evicted, AppState.Backoff], Package = Name("com.example.*"), Session = Name("user-7"), Blame = Blame.App, Since = Walk.Start };
        Assert.True(filter.Matches(brief));
        Assert.All(
            new[]
            {
                brief with { State = AppState.Running },
                brief with { Id = brief.Id with { PackageName = "com.other" } },
                brief with { Id = brief.Id with { SessionId = "user-8" } },
                brief with { Blame = Blame.Network },
                brief with { Since = Walk.Start.AddTicks(-1) },
            },
            other => Assert.False(filter.Matches(other)));
    }

    [Fact]
    public void Matches_OfAFilterThatSaysNothing_IsEverySession()
    {
        Assert.True(new SessionFilter().IsEmpty);
        Assert.True(new SessionFilter().Matches(brief));
        Assert.False(new SessionFilter { States = [AppState.Running] }.IsEmpty);
    }

    // Only what they begin with is read.
    [Theory]
    [InlineData(null, null, "")]
    [InlineData(null, "com.example.notes", "")]
    [InlineData("user-7", null, "user-7:")]
    [InlineData("user-7", "com.example.notes", "user-7:com.example.notes")]
    [InlineData("user-7", "com.*", "user-7:com.")]
    [InlineData("user-*", "com.example.notes", "user-")]
    public void KeysFrom_OfAFilter_IsWhatTheKeysOfAllThatAreMeantBeginWith(string? session, string? package, string keysFrom)
    {
        var filter = new SessionFilter { Session = session is null ? null : Name(session), Package = package is null ? null : Name(package) };
        Assert.Equal(keysFrom, filter.KeysFrom);
        Assert.True(filter.Matches(brief));
        Assert.StartsWith(keysFrom, brief.Id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfFiltersThatMeanTheSame_IsTheSame()
    {
        var one = new SessionFilter { States = [AppState.Backoff, AppState.Evicted], Since = Walk.Start };
        var same = new SessionFilter { States = [AppState.Evicted, AppState.Backoff, AppState.Evicted], Since = Walk.Start.ToOffset(TimeSpan.FromHours(2)) };
        Assert.Equal(one.ToString(), same.ToString());
        Assert.Equal(one, same);
        Assert.NotEqual(one, one with { Package = Name("com.example.*") });
        Assert.NotEqual(one with { Package = Name("com.example.notes") }, one with { Session = Name("com.example.notes") });
    }

    [Fact]
    public void Filter_ThatIsStored_ReadsAsItWas()
    {
        var filter = new SessionFilter { States = [AppState.Evicted], Package = Name("com.example.*"), Session = Name("s1"), Blame = Blame.SignalR, Since = Walk.Start };
        Assert.Equal(filter, System.Text.Json.JsonSerializer.Deserialize<SessionFilter>(System.Text.Json.JsonSerializer.Serialize(filter)));
    }
}
