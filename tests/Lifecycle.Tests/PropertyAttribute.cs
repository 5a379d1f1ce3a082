namespace Lifecycle;

/// <summary>
/// A property that is tried with the same values in each run, so that a run that fails fails again. <c>PROPERTY_SEED=7 dotnet test tests/Lifecycle.Tests</c> tries others, and
/// <c>PROPERTY_SEED=random</c> ones that nobody has tried; what they find belongs into a test of its own.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PropertyAttribute : FsCheck.Xunit.PropertyAttribute
{
    const string Standard = "1";

    public PropertyAttribute()
    {
        var seed = Environment.GetEnvironmentVariable("PROPERTY_SEED") ?? Standard;
        if (seed != "random")
        {
            // FsCheck wants the second number odd.
            Replay = $"{seed},{(ulong.Parse(seed, System.Globalization.CultureInfo.InvariantCulture) * 2) + 1}";
        }
    }
}
