using Azure.Core;
using Lifecycle.Bench.Storage;

namespace Lifecycle.Bench.Tests.Storage;

/// <summary>Each request has the name of what it is for, or the sum would be right and its parts would not.</summary>
public sealed class StorageRequestTests
{
    const string Control = "/devstoreaccount1/bench-control-03/messages";

    [Theory]
    [InlineData("POST", Control, "", StorageRequest.PutMessage)]
    [InlineData("GET", Control, "<QueueMessagesList><QueueMessage><MessageId>1</MessageId></QueueMessage></QueueMessagesList>", StorageRequest.GetMessages)]
    [InlineData("GET", Control, "<QueueMessagesList />", StorageRequest.EmptyPoll)]
    [InlineData("DELETE", Control + "/4f2c", "", StorageRequest.DeleteMessage)]
    [InlineData("PUT", Control + "/4f2c", "", StorageRequest.UpdateMessage)]
    [InlineData("PUT", "/devstoreaccount1/bench-control-03", "", "other to queues, PUT")]
    public void OfQueue_IsWhatIsDoneWithMessages(string method, string path, string answer, string name) =>
        Assert.Equal(name, StorageRequest.OfQueue(RequestMethod.Parse(method), path, answer));

    [Theory]
    [InlineData("GET", "/devstoreaccount1/BenchHistory()", StorageRequest.ReadHistory)]
    [InlineData("POST", "/devstoreaccount1/$batch", StorageRequest.WriteHistory)]
    [InlineData("PATCH", "/devstoreaccount1/BenchInstances(PartitionKey='@session@s1',RowKey='')", StorageRequest.UpdateInstance)]
    [InlineData("GET", "/devstoreaccount1/BenchInstances()", StorageRequest.ReadInstance)]
    [InlineData("PATCH", "/devstoreaccount1/BenchPartitions(PartitionKey='',RowKey='bench-control-03')", StorageRequest.Leases)]
    public void OfTable_IsWhatIsDoneWithTheHubsTables(string method, string path, string name) =>
        Assert.Equal(name, StorageRequest.OfTable(RequestMethod.Parse(method), path));

    [Theory]
    [InlineData("PUT", "/devstoreaccount1/bench-applease/bench-appleaseinfo", "?comp=lease", StorageRequest.Leases)]
    [InlineData("PUT", "/devstoreaccount1/bench-largemessages/s1/state.json.gz", "", "write blob")]
    [InlineData("GET", "/devstoreaccount1/bench-largemessages/s1/state.json.gz", "", "read blob")]
    public void OfBlob_IsALeaseOrAPayload(string method, string path, string query, string name) =>
        Assert.Equal(name, StorageRequest.OfBlob(RequestMethod.Parse(method), path, query));
}
