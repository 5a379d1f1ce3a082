namespace Lifecycle.Local.Durable;

/// <summary>Numbers as runs without a gap: messages that are handled together mostly came together, and a run is deleted by one statement.</summary>
static class SequenceRuns
{
    /// <summary>The runs, from the smallest number on; both ends belong to them.</summary>
    /// <param name="numbers">In any order; they are sorted in place.</param>
    public static IEnumerable<(long First, long Last)> Of(List<long> numbers)
    {
        numbers.Sort();
        for (var i = 0; i < numbers.Count;)
        {
            var first = i++;
            while (i < numbers.Count && numbers[i] <= numbers[i - 1] + 1)
            {
                i++;
            }

            yield return (numbers[first], numbers[i - 1]);
        }
    }
}
