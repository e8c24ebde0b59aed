import { docExamples } from '@surrogate/testing';

docExamples(import.meta.url);
