export const FileFailed = ({ message, next, code }: { readonly message: string; readonly next: string; readonly code: string }) => (
  <div role="alert">
    <p>
      <b className="up">{message}</b>
    </p>
    <p className="muted">Next: {next}</p>
    <p className="tiny">{code}</p>
  </div>
);
