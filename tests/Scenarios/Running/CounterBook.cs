using System.Diagnostics.Metrics;
using Lifecycle.Entities;

namespace Lifecycle.Scenarios;

/// <summary>What a world's instruments counted, over all the hosts that it had.</summary>
sealed class CounterBook : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<(string Name, string Tags), (long Times, double Sum)> counted = [];
    readonly List<MeterListener> listeners = [];

    /// <summary>Writes down what the instruments of one host count.</summary>
    /// <param name="factory">The host's: other hosts of this process have meters of the same name.</param>
    public void Listen(IMeterFactory factory)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == LifecycleInstruments.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listeners.Add(listener);
    }

    /// <summary>The sum of a counter over every series that has all of these tags.</summary>
    public long Sum(InstrumentInfo counter, params (string Tag, string Value)[] with) => (long)Matching(counter, with).Sum(entry => entry.Sum);

    /// <summary>How many values a histogram has over every series that has all of these tags.</summary>
    public long Times(InstrumentInfo histogram, params (string Tag, string Value)[] with) => Matching(histogram, with).Sum(entry => entry.Times);

    /// <summary>Every series with a value of a tag that is not in its set.</summary>
    public IReadOnlyList<string> Unbounded()
    {
        lock (gate)
        {
            return [.. counted.Keys.Where(key => key.Tags.Contains($"={TagInfo.Other};")).Select(key => $"{key.Name} {key.Tags}")];
        }
    }

    public void Dispose() => listeners.ForEach(listener => listener.Dispose());

    List<(long Times, double Sum)> Matching(InstrumentInfo info, (string Tag, string Value)[] with)
    {
        lock (gate)
        {
            return [.. counted.Where(entry => entry.Key.Name == info.Name && with.All(w => entry.Key.Tags.Contains($";{w.Tag}={w.Value};"))).Select(entry => entry.Value)];
        }
    }

    void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = ";";
        foreach (var tag in tags)
        {
            text += $"{tag.Key}={tag.Value};";
        }

        lock (gate)
        {
            var before = counted.GetValueOrDefault((instrument.Name, text));
            counted[(instrument.Name, text)] = (before.Times + 1, before.Sum + value);
        }
    }
}
