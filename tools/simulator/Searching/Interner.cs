namespace Lifecycle.Simulator.Searching;

/// <summary>
/// Gives each distinct value a number, by the value's own equality. So a state of the search is a few numbers that are equal exactly when the states are: nothing rests on a
/// hash that two states could share.
/// </summary>
/// <param name="comparer">How values are compared; null for their own way.</param>
sealed class Interner<T>(IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    readonly Dictionary<T, int> numbers = new(comparer);
    readonly List<T> values = [];

    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>The value with a number.</summary>
    public T this[int number] => values[number];

    /// <summary>The number of a value.</summary>
    public int Of(T value)
    {
        if (!numbers.TryGetValue(value, out var number))
        {
            number = values.Count;
            numbers.Add(value, number);
            values.Add(value);
        }

        return number;
    }
}
