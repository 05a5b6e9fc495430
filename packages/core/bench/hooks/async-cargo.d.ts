declare module 'async/cargo.js' {
  interface Cargo<Task> {
    push(task: Task): void;
    drain(): Promise<void>;
    length(): number;
  }
  export default function cargo<Task>(
    worker: (tasks: Task[], done: (error?: unknown) => void) => void,
    payload?: number,
  ): Cargo<Task>;
}
