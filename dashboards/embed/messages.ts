/** What a host page and the frame tell one another; every type begins with `alturas:`. */
export type HostMessage =
  | { readonly type: 'alturas:token'; readonly token: string }
  | { readonly type: 'alturas:filters'; readonly filters: Readonly<Record<string, readonly string[]>> }
  | {
      readonly type: 'alturas:theme';
      readonly tokens: Readonly<Record<string, string>>;
      readonly scheme: 'light' | 'dark';
    }
  | {
      readonly type: 'alturas:place';
      readonly board?: string;
      /** Null: the newest day. */
      readonly asOf?: string | null;
      readonly locale?: 'es' | 'en';
    };

export type FrameMessage =
  | { readonly type: 'alturas:ready' }
  | { readonly type: 'alturas:height'; readonly height: number }
  | { readonly type: 'alturas:token-expiring' }
  | {
      readonly type: 'alturas:filter';
      readonly filters: Readonly<Record<string, readonly string[]>>;
      readonly asOf: string | null;
      readonly board: string;
    }
  | {
      readonly type: 'alturas:drill';
      readonly kpi: string;
      readonly at: Readonly<Record<string, string | null>>;
    };
