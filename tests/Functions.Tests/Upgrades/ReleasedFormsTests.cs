namespace Lifecycle.Functions.Tests.Upgrades;

/// <summary>Recordings are only ever added: whoever mends an old one breaks what it is kept for.</summary>
public sealed class ReleasedFormsTests
{
    // Not in a run of all tests: it writes into the repository.
    [Fact]
    public void Record_WhenAskedTo_WritesTodaysForm()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("RECORD_FORM"), out var number))
        {
            Assert.Equal(RecordedForm.Numbers().LastOrDefault() + 1, number);
            new Recorder(new RecordedForm(number)).Record();
        }
    }

    [Fact]
    public void Record_OfAFormThatWasReleased_Refuses()
    {
        var before = new RecordedForm(1).Lines().ToList();
        Assert.Throws<InvalidOperationException>(() => new Recorder(new RecordedForm(1)).Record());
        Assert.Equal(before, new RecordedForm(1).Lines());
    }

    [Fact]
    public void Recordings_AreWhatWasReleased() =>
        Assert.Equal(File.ReadAllLines(RecordedForm.ListPath), RecordedForm.Numbers().SelectMany(number => new RecordedForm(number).Lines()));

    [Fact]
    public void Forms_HaveNoGaps() => Assert.Equal(Enumerable.Range(1, RecordedForm.Numbers().Count()), RecordedForm.Numbers());

    [Theory]
    [MemberData(nameof(RecordedForm.All), MemberType = typeof(RecordedForm))]
    public void Recordings_AreSmall(int form) =>
        Assert.All(Directory.GetFiles(new RecordedForm(form).Folder, "*", SearchOption.AllDirectories), file => Assert.InRange(new FileInfo(file).Length, 1, 300_000));
}
