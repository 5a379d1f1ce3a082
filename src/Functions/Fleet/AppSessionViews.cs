namespace Lifecycle.Functions.Fleet;

/// <summary>A page of a list of app sessions.</summary>
/// <param name="Items">Those that are meant.</param>
/// <param name="Looked">How many stored rows were read for it.</param>
/// <param name="Next">The cursor of the next page; absent on the last one. A page can be short, or empty, and not the last.</param>
sealed record AppSessionPage(IReadOnlyList<AppSessionItem> Items, int Looked, string? Next);

/// <summary>An app session as a list shows it.</summary>
/// <param name="SessionId">The user session.</param>
/// <param name="PackageName">The app.</param>
/// <param name="State">The state it is in.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="Reason">Why.</param>
/// <param name="Blame">Whose fault its last transition is, or who caused it.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="InstanceId">The app process that was attached last.</param>
/// <param name="Deadline">When the timer of its state is due.</param>
/// <param name="Attempt">How many webhooks its run has sent; absent while it has none.</param>
sealed record AppSessionItem(
    string SessionId,
    string PackageName,
    AppState State,
    DateTimeOffset Since,
    string? Reason,
    Blame Blame,
    long Epoch,
    string? InstanceId,
    DateTimeOffset? Deadline,
    int? Attempt)
{
    public static AppSessionItem Of(SessionBrief session) => new(
        session.Id.SessionId,
        session.Id.PackageName,
        session.State,
        session.Since,
        session.Reason,
        session.Blame,
        session.Epoch,
        session.InstanceId,
        session.Deadline,
        session.Attempt);
}
