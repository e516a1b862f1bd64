/** What a host page and the frame tell one another; every type begins with `alturas:`. */
export type HostMessage =
  | { readonly type: 'alturas:token'; readonly token: string }
  /** The host has no token to give now. */
  | { readonly type: 'alturas:token-failed' }
  /** As the host gave them; the frame is who judges. */
  | { readonly type: 'alturas:filters'; readonly filters: unknown }
  | {
      readonly type: 'alturas:theme';
      readonly tokens: Readonly<Record<string, string>>;
      /** Null: the host does not say. */
      readonly scheme: 'light' | 'dark' | null;
    }
  | {
      readonly type: 'alturas:place';
      readonly board?: string;
      /** Null: the newest day. */
      readonly asOf?: string | null;
      readonly locale?: 'es' | 'en';
    };

/** What went wrong, for whoever writes the host page: in English. */
export interface Fault {
  readonly code:
    | 'TOKEN_UNREACHABLE'
    | 'TOKEN_REFUSED'
    | 'TOKEN_UNREADABLE'
    | 'FILTER_UNKNOWN'
    | 'FILTER_INVALID'
    | 'COMPANY_UNKNOWN'
    | 'BOARD_DENIED';
  readonly message: string;
}

export type FrameMessage =
  | { readonly type: 'alturas:ready' }
  | { readonly type: 'alturas:height'; readonly height: number }
  | { readonly type: 'alturas:token-expiring' }
  | {
      readonly type: 'alturas:filter';
      /** The company among them, where one was chosen. */
      readonly filters: Readonly<Record<string, readonly string[]>>;
      readonly asOf: string | null;
      readonly board: string;
    }
  | {
      readonly type: 'alturas:drill';
      readonly kpi: string;
      /** Breakdown on show, a dimension or `receipts`; null: the first that there is. */
      readonly by: string | null;
      readonly at: Readonly<Record<string, string | null>>;
    }
  | ({ readonly type: 'alturas:error' } & Fault);
