namespace Lifecycle.Scenarios;

/// <summary>The types of the webhooks to owners.</summary>
static class NoticeNames
{
    public static string Of(OwnerNoticeKind kind) => kind switch
    {
        OwnerNoticeKind.Unreachable => "app_unreachable",
        OwnerNoticeKind.AliveUnattached => "alive_unattached",
        OwnerNoticeKind.CrashLoop => "crash_loop",
        OwnerNoticeKind.Deaf => "deaf",
        OwnerNoticeKind.Recovered => "app_recovered",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No owner is told this."),
    };

    public static OwnerNoticeKind KindOf(string type) =>
        Enum.GetValues<OwnerNoticeKind>().Where(kind => kind != OwnerNoticeKind.None).FirstOrDefault(kind => Of(kind) == type) is var found and not OwnerNoticeKind.None
            ? found
            : throw new FormatException($"No owner expects a {type}.");
}
