namespace Lifecycle.Entities;

public sealed partial class AppEntity
{
    /// <summary>Puts a new signing secret beside the newest old one. An app that is not registered has none to rotate.</summary>
    public void RotateSecret(SecretRotation rotation)
    {
        if (State?.Registration is { } registration)
        {
            State = State with { Registration = registration.RotatedBy(rotation) };
        }
        else
        {
            State = null;
        }
    }
}
