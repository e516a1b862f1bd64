import type { Collections } from './collections.ts';
import { type FeedFile, row } from './deliveryFiles.ts';
import type { Department } from './department.ts';
import type { Dice } from './dice.ts';
import { amountText, type Receipt } from './receipt.ts';
import type { Day } from './timeline.ts';
import type { World } from './world.ts';

interface PaymentPromise {
  readonly id: string;
  readonly receipt: Receipt;
  readonly createdOn: Day;
  readonly dueOn: Day;
  readonly amount: bigint;
}

/** Open receipts for each attempt to reach somebody on a working day. */
const RECEIPTS_PER_CONTACT = 130;

const CHANNELS = ['EMAIL', 'SMS', 'CALL', 'WHATSAPP'] as const;

/** What clerks write down, by outcome; of who did not answer, nothing. */
const NOTES: Readonly<Record<string, readonly string[]>> = {
  ANSWERED: ['Contesta otra persona; se deja razón', 'Pide que se le llame en la tarde'],
  RIGHT_PARTY: [
    'Pide el estado de cuenta por correo',
    'No le ha llegado el recibo; se reenvía',
    'Revisa el pago con su asesor',
    'Pagó en el banco; envía el soporte',
  ],
  PROMISE: ['Paga con la quincena', 'Paga apenas le giren', 'Pide el enlace de PSE'],
  REFUSED: ['Dice que pidió cancelar la póliza', 'No está de acuerdo con el valor'],
};

/** Clerks at work: attempts to reach who is late or soon due, and promises to pay. */
export class FieldWork implements Department {
  readonly #world: World;
  readonly #collections: Collections;
  readonly #dice: Dice;
  readonly #open = new Map<Receipt, PaymentPromise>();
  #contacts: string[] = [];
  #promises: string[] = [];
  #contactCount = 0;
  #promiseCount = 0;

  constructor(world: World, collections: Collections) {
    this.#world = world;
    this.#collections = collections;
    this.#dice = world.dice.fork('fieldWork');
    // A cancelled receipt takes its promise with it: it counts neither as kept nor as broken.
    world.ledger.onMovement(({ receipt, type }) => {
      const promise = type === 'CANCELLATION' ? this.#open.get(receipt) : undefined;
      if (!promise) return;
      this.#open.delete(receipt);
      this.#promises.push(this.#promiseRow(promise, 'VOID'));
    });
  }

  live(day: Day): void {
    const { ledger, from, timeline } = this.#world;
    if (day <= from) return;
    const saturday = timeline.weekday(day) === 5;
    if (!saturday && !timeline.isBusinessDay('CO', day)) return;
    const attempts = this.#dice.count(ledger.receipts.length / RECEIPTS_PER_CONTACT / (saturday ? 4 : 1));
    for (let i = 0; i < attempts; i++) {
      const receipt = this.#worthwhile(day);
      if (receipt) this.#contact(receipt, day, saturday);
    }
  }

  takeFiles(): FeedFile[] {
    const files: FeedFile[] = [
      {
        feed: 'contacts',
        header: 'company,contact_id,client_id,receipt_no,policy_no,at,channel,person,outcome,note',
        rows: this.#contacts,
      },
      {
        feed: 'promises',
        header:
          'company,promise_id,receipt_no,client_id,created_on,due_on,amount,currency,grace_days,threshold,status',
        rows: this.#promises,
      },
    ];
    this.#contacts = [];
    this.#promises = [];
    return files;
  }

  /** Late, or due within five days. */
  #worthwhile(day: Day): Receipt | null {
    const { receipts } = this.#world.ledger;
    for (let attempt = 0; attempt < 12; attempt++) {
      const receipt = this.#dice.pick(receipts);
      if (!receipt.isOpen || receipt.ending || receipt.dueDay === null) continue;
      if (receipt.facts.type === 'RETURN' || receipt.client.payerType !== 'PRIVATE') continue;
      if (receipt.dueDay <= day + 5) return receipt;
    }
    return null;
  }

  #contact(receipt: Receipt, day: Day, saturday: boolean): void {
    const { timeline, assignments } = this.#world;
    const dice = this.#dice;
    const { policy } = receipt.facts;
    const { client } = receipt;
    const allowed = CHANNELS.filter((_, place) => client.consents[place]);
    const channel = allowed.length === 0 || dice.chance(0.02) ? dice.pick(CHANNELS) : dice.pick(allowed);
    // Ley 2300 allows 7 to 19 on weekdays and 8 to 15 on Saturdays; a few attempts fall outside.
    const minute = dice.chance(0.01)
      ? dice.int(19 * 60, 20 * 60)
      : saturday
        ? dice.int(480, 899)
        : dice.int(420, 1139);
    const spoken = channel === 'CALL' || channel === 'WHATSAPP';
    const outcome = dice.weighted(
      ['NO_ANSWER', 'ANSWERED', 'RIGHT_PARTY', 'PROMISE', 'REFUSED'] as const,
      (what) =>
        ({ NO_ANSWER: 55, ANSWERED: 15, RIGHT_PARTY: 17, PROMISE: spoken ? 16 : 4, REFUSED: 2 })[what],
    );
    const two = (n: number) => String(n).padStart(2, '0');
    const notes = NOTES[outcome] ?? [''];
    this.#contactCount += 1;
    this.#contacts.push(
      row([
        policy.company.company,
        `G${this.#contactCount}`,
        client.id,
        receipt.facts.no,
        policy.no,
        `${timeline.text(day)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:00`,
        channel,
        assignments.holder(receipt, 'CLERK', day),
        outcome,
        notes[this.#contactCount % notes.length] ?? '',
      ]),
    );
    if (outcome === 'PROMISE' && !this.#open.has(receipt)) this.#promise(receipt, day);
  }

  #promise(receipt: Receipt, day: Day): void {
    const { timeline, agenda } = this.#world;
    const dice = this.#dice;
    const dueOn = timeline.businessDayFrom(receipt.facts.policy.company.country, day + dice.int(2, 14));
    const whole = dice.chance(0.75);
    const promise = {
      id: `Q${++this.#promiseCount}`,
      receipt,
      createdOn: day,
      dueOn,
      amount: whole ? receipt.openTotal : receipt.openTotal / 2n,
    };
    this.#open.set(receipt, promise);
    agenda.at(dueOn + 20, () => this.#open.delete(receipt));
    this.#promises.push(this.#promiseRow(promise, 'OPEN'));
    // A payer whose behaviour is labelled pays when his regime says, whatever he promised.
    if (!receipt.client.regime && dice.chance(0.6)) {
      this.#collections.payOn(receipt, Math.max(day + 1, dueOn + dice.int(-3, 6)));
    }
  }

  #promiseRow({ id, receipt, createdOn, dueOn, amount }: PaymentPromise, status: 'OPEN' | 'VOID'): string {
    const { timeline } = this.#world;
    const { policy } = receipt.facts;
    return row([
      policy.company.company,
      id,
      receipt.facts.no,
      receipt.client.id,
      timeline.text(createdOn),
      timeline.text(dueOn),
      amountText(amount),
      policy.currency,
      3,
      90,
      status,
    ]);
  }
}
