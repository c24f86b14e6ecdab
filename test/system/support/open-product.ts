import { removeHome } from '../../../bench/product/home.ts';
import { killHome, startProduct, type Product, type ProductOptions } from '../../../bench/product/product.ts';
import { makeTestHome } from '../../harness/servers.ts';

export interface TestProduct extends AsyncDisposable {
  readonly home: string;
  /** Starts the server; again after it was stopped or killed. */
  start(options?: Omit<ProductOptions, 'home'>): Promise<Product>;
}

/** A home of its own for the product as a person has it. At the end whatever runs for it is killed and it is removed. */
export async function openTestProduct(): Promise<TestProduct> {
  const home = await makeTestHome();
  return {
    home,
    start: (options = {}) => startProduct({ ...options, home }),
    async [Symbol.asyncDispose]() {
      await killHome(home);
      await removeHome(home);
    },
  };
}
