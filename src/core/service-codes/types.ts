/** The services of Azure that the app calls, as messages and documents name them. */
export type ServiceName =
  | 'Azure Resource Manager'
  | 'Key Vault'
  | 'Event Grid'
  | 'Azure Maps'
  | 'Azure Storage';

/** What one answer of a service means. All that the app decides, says and documents of it comes from here. */
export interface ServiceCode {
  /** The HTTP status that it mostly comes with. */
  readonly status: number;
  /** Whether the very same call can succeed later, with nobody changing anything. */
  readonly passes: boolean;
  /** Who has to act. Where it is Azure, the app waits and tries again by itself. */
  readonly turn: 'azure' | 'operator' | 'caller' | 'nobody';
  /** Whether what was asked for was carried out: surely not, or nobody can tell from the answer. */
  readonly carriedOut: 'no' | 'unknown';
  readonly title: string;
  readonly meaning: string;
  /** What to do; where nothing is to be done, it says that. */
  readonly todo: string;
  /** The very same bytes get the very same answer, so they are sent again at a slow pace only. */
  readonly slow?: true;
}

export type ServiceCodes = Readonly<Record<string, ServiceCode>>;

/** What a call was about. It stands in the texts for `{service}`, `{action}`, `{scope}` and `{who}`. */
export interface CodeContext {
  readonly service: string;
  /** The permission that the call needs. */
  readonly action: string;
  /** Where the permission is needed: an ARM id or an endpoint. */
  readonly scope: string;
  /** Of the identity that was refused, where the service named it. */
  readonly objectId?: string | undefined;
}
