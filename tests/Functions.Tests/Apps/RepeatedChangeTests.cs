using Lifecycle.Entities;

namespace Lifecycle.Functions.Tests;

/// <summary>What is asked of an app's registration can be delivered twice, and late.</summary>
public sealed class RepeatedChangeTests
{
    const string First = "first-key-0123456789";
    const string Second = "second-key-0123456789";
    const string Third = "third-key-0123456789";

    static readonly AppRegistration app =
        new AppRegistration { Revision = "1", WebhookUrl = "http://x/", WebhookSecrets = ["a"] }.WithApiKey(First);

    // The app's people rotated the key once; its servers, which still had the old one, were turned away at once.
    [Fact]
    public void RotateKey_DeliveredTwice_KeepsTheKeyBefore()
    {
        var rotation = new KeyRotation("2", HashedKey.Of(Second));
        var twice = app.RotatedBy(rotation).RotatedBy(rotation);
        Assert.Equal((true, true), (twice.AcceptsApiKey(First), twice.AcceptsApiKey(Second)));
        var late = twice.RotatedBy(new KeyRotation("3", HashedKey.Of(Third))).RotatedBy(rotation);
        Assert.Equal((false, true, true, "3"), (late.AcceptsApiKey(First), late.AcceptsApiKey(Second), late.AcceptsApiKey(Third), late.Revision));
    }

    [Fact]
    public void RotateSecret_DeliveredTwice_KeepsTheSecretBefore()
    {
        var rotation = new SecretRotation("2", "b");
        Assert.Equal(["b", "a"], app.RotatedBy(rotation).RotatedBy(rotation).WebhookSecrets.AsEnumerable());
    }

    [Fact]
    public void Put_DeliveredAgainAfterARotation_ChangesNothing()
    {
        var put = new AppRegistration { Revision = "2", WebhookUrl = "http://y/" }.WithApiKey(Second);
        var rotated = app.ReplacedBy(put).RotatedBy(new KeyRotation("3", HashedKey.Of(Third)));
        var again = rotated.ReplacedBy(put);
        Assert.Same(rotated, again);
        Assert.Equal((false, true, true), (again.AcceptsApiKey(First), again.AcceptsApiKey(Second), again.AcceptsApiKey(Third)));
        Assert.Equal("http://z/", again.ReplacedBy(new AppRegistration { Revision = "4", WebhookUrl = "http://z/" }).WebhookUrl);
    }

    [Fact]
    public void Changes_AreRememberedByNumber_AndOnesWithoutANameAlwaysCount()
    {
        var many = Enumerable.Range(2, 40).Aggregate(app, (a, n) => a.RotatedBy(new SecretRotation($"{n}", $"s{n}")));
        Assert.Equal(AppRegistration.RememberedChanges, many.Earlier.Length);
        Assert.Equal((true, true, false), (many.Has("41"), many.Has("9"), many.Has("8")));
        Assert.Equal("http://z/", many.ReplacedBy(new AppRegistration { WebhookUrl = "http://z/" }).WebhookUrl);
    }
}
