namespace Lifecycle.Doctor.Running;

/// <summary>A check has failed.</summary>
sealed class CheckFailedException(string expected, string seen) : Exception($"expected {expected}, seen {seen}")
{
    public string Expected => expected;

    public string Seen => seen;
}

/// <summary>A check cannot be made.</summary>
sealed class CheckSkippedException(string why) : Exception(why);
