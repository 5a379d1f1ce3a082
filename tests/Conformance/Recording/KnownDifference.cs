using System.Text.RegularExpressions;

namespace Lifecycle.Conformance.Recording;

/// <summary>
/// A difference that is meant to be. A story names those that it shows; one that it does not show any more fails it, as does any other
/// difference.
/// </summary>
/// <param name="StandIn">The line of the stand-in; empty for none.</param>
/// <param name="Worker">The line of the worker behind its host; empty for none.</param>
/// <param name="Reason">Why it is meant.</param>
sealed partial record KnownDifference(Regex StandIn, Regex Worker, string Reason)
{
    /// <summary>Paths and methods that no function answers.</summary>
    public static readonly KnownDifference Unrouted = new(
        UnroutedHere(), UnroutedThere(), "The Functions host answers an empty 404. The stand-in says in it what was asked for, for whoever mistyped it.");

    /// <summary>A hub method that is called with more or fewer arguments than it names.</summary>
    public static readonly KnownDifference ArgumentCount = new(
        ArgumentCountHere(), ArgumentCountThere(), "The Functions host names the parameter that it could not bind. The stand-in says how many there should be.");

    public bool Matches(string standIn, string worker) => StandIn.IsMatch(standIn) && Worker.IsMatch(worker);

    [GeneratedRegex(@"^\w+ \S+ -> 404 application/problem\+json\n.*No function answers", RegexOptions.Singleline)]
    private static partial Regex UnroutedHere();

    [GeneratedRegex(@"^\w+ \S+ -> 404 $")]
    private static partial Regex UnroutedThere();

    [GeneratedRegex(@"^setSubscriptions -> error: .*The function accepts 2 arguments but message provides 1\.")]
    private static partial Regex ArgumentCountHere();

    [GeneratedRegex(@"^setSubscriptions -> error: .*Exception binding parameter 'context'")]
    private static partial Regex ArgumentCountThere();
}
