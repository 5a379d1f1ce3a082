using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Lifecycle.Functions.Secrets;

/// <summary>Keeps keys as long as the process lives, for a state that does the same.</summary>
sealed class MemoryRepository : IXmlRepository
{
    readonly ConcurrentBag<XElement> elements = [];

    public IReadOnlyCollection<XElement> GetAllElements() => [.. elements.Select(element => new XElement(element))];

    public void StoreElement(XElement element, string friendlyName) => elements.Add(new XElement(element));
}
